"""The verb validate: published programmes put to the model as case files, predicted first and scored afterwards."""
