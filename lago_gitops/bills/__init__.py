"""What usage costs: scenarios, bills, and the price list behind them."""
