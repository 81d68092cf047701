"""A customer's account over time: everything that bills, each as a function from an account to the next one."""
