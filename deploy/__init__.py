"""Is what is deployed what was read: a plan is saved, judged and shown, and then that plan is applied or nothing is."""
