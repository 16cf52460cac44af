"""Makes the weights of the embedded grader from data: ``python -m training.run --config full``."""
