"""What is sent and what comes back, as attrs classes that know nothing of JSON or HTTP."""
