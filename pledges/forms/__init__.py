"""What people type in: the pledge and its items, filters, decisions, fulfilment, cycles."""
