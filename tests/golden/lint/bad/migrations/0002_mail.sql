-- Mail.
CREATE TABLE mail_message (id PRIMARY_ID, at I64 DEFAULT (strftime('%s'))) STRICT;
