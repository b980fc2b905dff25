"""A leader's briefing (推进会材料) for people: a page to print, and a workbook. What they say is in `say`."""
