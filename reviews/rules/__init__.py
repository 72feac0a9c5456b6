"""May I? Every answer is a yes or a sentence. Nobody reads, comments on or verifies his own."""
