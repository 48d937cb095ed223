"""What pages without a log-in share (docs/decisions/0018): proofs, limits, drawing, embedding."""
