"""Small changes of the compliant stack, and the words of the control that must notice."""
