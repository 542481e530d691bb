"""Samples of the notes that no version of Flask has ever run, and why."""

# Note and line → reason.
NEVER = {
    "1:10": "a parenthesis of a Chinese keyboard",
    "2:111": "a comma of a Chinese keyboard behind the decorator",
    "2:270": "a view whose body is comments",
    "2:526": "`if` without a colon",
    "2:567": "`sqlallchemy` is misspelt",
    "3:646": "`regist_blueprint` is misspelt",
    "3:683": "lines of a file hosts",
    "3:768": "a model without a primary key",
    "3:978": "two statements in one line",
    "3:1040": "a relationship and a backref of the same name",
    "3:1307": "a command of the shell",
    "3:1386": "lines of a class that are not indented alike",
    "4:256": "a view that is not indented",
}
