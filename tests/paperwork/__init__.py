"""One record with a life, for the kernel's tests: the kernel itself has no models and knows no app."""
