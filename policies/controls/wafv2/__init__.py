"""Controls of the web application firewall."""
