"""The workbook of the budget."""
