"""The tests of old apps run with the packages that they are upgraded to."""

collect_ignore = ["apps"]
