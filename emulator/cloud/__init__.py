"""The Commands cloud behind short code 2936: its rules without I/O, and the HTTP API over them."""
