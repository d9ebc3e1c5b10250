"""Studies of our own, and the paper's harness; nothing else imports this."""
