using System.Globalization;
using System.Text;
using Duramen.Cli.Streams;
using Duramen.Sql;

namespace Duramen.Cli.Sql;

/// <summary>Rows in columns, for people. The first rows say how wide a column is; later ones that are wider push the rest of their line aside.</summary>
internal sealed class AlignedRows(StandardOutput output, TableQuery query) : IRowPrinter
{
    // A few screens: what comes behind them nobody reads as a table.
    private const int RowsMeasured = 1_000;

    private readonly List<(string Text, bool IsNumber)[]> _measured = [];
    private readonly int[] _widths = [.. query.Columns.Select(WidthOf)];
    private bool _isBegun;

    public void Print()
    {
        var row = new (string Text, bool IsNumber)[query.Columns.Count];
        for (int column = 0; column < row.Length; column++)
        {
            QueryValue value = query[column];
            row[column] = (TextOf(value), value.Kind is QueryValueKind.Number or QueryValueKind.Real);
        }

        if (_isBegun)
        {
            Print(row);
            return;
        }

        for (int column = 0; column < row.Length; column++)
        {
            _widths[column] = Math.Max(_widths[column], WidthOf(row[column].Text));
        }

        _measured.Add(row);
        if (_measured.Count == RowsMeasured)
        {
            End();
        }
    }

    public void End()
    {
        if (_isBegun)
        {
            return;
        }

        _isBegun = true;
        Print([.. query.Columns.Select((name, column) => (Wording.OneLine(name), _measured.Count > 0 && _measured[0][column].IsNumber))]);
        Print([.. _widths.Select(width => (new string('-', width), false))]);
        _measured.ForEach(Print);
        _measured.Clear();
    }

    public void Dispose()
    {
    }

    private static string TextOf(QueryValue value) => value.Kind switch
    {
        QueryValueKind.Null => "NULL",
        QueryValueKind.Blob => $"x'{value.ToString()}'",
        _ => Wording.OneLine(value.ToString()),
    };

    private static int WidthOf(string text) => new StringInfo(text).LengthInTextElements;

    private void Print((string Text, bool IsNumber)[] row)
    {
        var line = new StringBuilder();
        for (int column = 0; column < row.Length; column++)
        {
            (string text, bool isNumber) = row[column];
            string space = new(' ', Math.Max(0, _widths[column] - WidthOf(text)));
            line.Append(column > 0 ? "  " : "").Append(isNumber ? space : "").Append(text).Append(isNumber || column == row.Length - 1 ? "" : space);
        }

        output.WriteLine(line.ToString());
    }
}
