"""The shape of what a coordinator types when she plans; what it does is decided in `actions.planning`."""
