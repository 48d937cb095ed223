"""What customers see of tickets without an account: their page by link, the public form, mails."""
