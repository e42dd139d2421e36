"""Reusable ComponentResources, one area a package, one public class a file."""
