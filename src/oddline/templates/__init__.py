"""Messages into the patterns behind them."""
