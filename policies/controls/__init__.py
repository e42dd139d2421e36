"""The controls, one file each, in a package for each AWS service; the file's name is the control's id."""
