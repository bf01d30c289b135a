"""The Commands cloud behind short code 2936: rules without HTTP, and the HTTP API over them."""
