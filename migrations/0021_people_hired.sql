-- The day somebody began here, whenever their account was made: who has been here how long goes by it.
ALTER TABLE teammate ADD COLUMN hired_on STR;
