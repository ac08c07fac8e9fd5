"""What things are: typed ids, values, rules, events, errors and limits; pure, and known to every other layer."""
