using System.Globalization;
using System.Text;
using Duramen.Sql.Sqlite;

namespace Duramen.Sql;

/// <summary>A value of a row; good until the query moves on.</summary>
public readonly ref struct QueryValue
{
    private readonly SqliteValue _value;

    internal QueryValue(SqliteValue value) => _value = value;

    /// <summary>What the value is.</summary>
    public QueryValueKind Kind => _value.Type switch
    {
        SqliteCodes.TypeInteger => QueryValueKind.Number,
        SqliteCodes.TypeReal => QueryValueKind.Real,
        SqliteCodes.TypeText => QueryValueKind.Text,
        SqliteCodes.TypeBlob => QueryValueKind.Blob,
        _ => QueryValueKind.Null,
    };

    /// <summary>The whole number; 0 when it is none.</summary>
    public long Number => _value.Integer;

    /// <summary>The number; 0 when it is none.</summary>
    public double Real => _value.Real;

    /// <summary>The bytes of a text or blob; empty when it is neither.</summary>
    public ReadOnlySpan<byte> Bytes => Kind switch { QueryValueKind.Text => _value.Text, QueryValueKind.Blob => _value.Blob, _ => default };

    /// <summary>The value as text: a blob in hexadecimal digits, NULL as nothing.</summary>
    public override string ToString() => Kind switch
    {
        QueryValueKind.Number => Number.ToString(CultureInfo.InvariantCulture),
        QueryValueKind.Real => Real.ToString("R", CultureInfo.InvariantCulture),
        QueryValueKind.Text => Encoding.UTF8.GetString(Bytes),
        QueryValueKind.Blob => Convert.ToHexStringLower(Bytes),
        _ => "",
    };
}
