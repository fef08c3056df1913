"""What routes and pages both call: each act checks, does one thing, and is written down."""
