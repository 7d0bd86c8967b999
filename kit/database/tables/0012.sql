-- What for somebody saw an ID number or a telephone that is hidden from him otherwise.
ALTER TABLE audit ADD COLUMN purpose text;
