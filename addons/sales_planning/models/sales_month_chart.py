from base64 import b64encode

from reportlab.graphics import renderSVG
from reportlab.graphics.charts.barcharts import VerticalBarChart
from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import HexColor

# target, sales, last year: by lightness as well, so that they are told apart in grey
COLORS = ("#C9CCD2", "#714B67", "#8FD3C8")
WIDTH, HEIGHT = 640, 200


def month_chart(months, words):
    """Twelve months as bars: target, sales and last year.

    :param months: ``[[number, target, sales or None, last year]]``
    :param words: ``{"plan", "sold", "last"}`` as the legend names them
    :return: ``{"image": address of the picture, "legend": [(colour, text)]}``, or None without figures
    """
    series = [[row[at] or 0 for row in months] for at in (1, 2, 3)]
    if not any(map(any, series)):
        return None
    drawing, chart = Drawing(WIDTH, HEIGHT), VerticalBarChart()
    chart.x, chart.y = 70, 20
    chart.width, chart.height = WIDTH - 80, HEIGHT - 35
    chart.data = series
    chart.groupSpacing, chart.barSpacing = 8, 1
    for number, color in enumerate(COLORS):
        chart.bars[number].fillColor = HexColor(color)
        chart.bars[number].strokeColor = None
    chart.valueAxis.valueMin = min(0, *map(min, series))
    chart.valueAxis.labelTextFormat = _thousands
    chart.valueAxis.labels.fontSize = chart.categoryAxis.labels.fontSize = 9
    chart.categoryAxis.categoryNames = [str(row[0]) for row in months]
    drawing.add(chart)
    picture = b64encode(renderSVG.drawToString(drawing).encode()).decode()
    legend = [
        (color, words[name]) for color, name in zip(COLORS, ("plan", "sold", "last"), strict=True)
    ]
    return {"image": f"data:image/svg+xml;base64,{picture}", "legend": legend}


def _thousands(value):
    return f"{value:,.0f}"
