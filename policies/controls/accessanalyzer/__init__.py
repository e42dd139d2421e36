"""Controls of Access Analyzer."""
