"""The software modem, with its SIM, network, SMS centre and the Commands cloud behind short code 2936."""
