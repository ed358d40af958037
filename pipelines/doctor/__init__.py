"""What ails a warehouse and the runs that publish it."""
