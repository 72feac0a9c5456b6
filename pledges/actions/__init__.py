"""Do it. Writing and handing in; reviewing and publishing; fulfilment and its report; the cycle."""
