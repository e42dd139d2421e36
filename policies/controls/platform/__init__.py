"""Controls of the platform itself: what every program must keep to, whatever it deploys."""
