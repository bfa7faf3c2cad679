DROP INDEX certificates_annulled;
