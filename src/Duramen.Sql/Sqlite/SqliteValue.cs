namespace Duramen.Sql.Sqlite;

/// <summary>A value that SQLite owns; good as long as whoever handed it out says.</summary>
internal readonly unsafe struct SqliteValue(nint value)
{
    public bool IsNull => Type is not (SqliteCodes.TypeInteger or SqliteCodes.TypeReal or SqliteCodes.TypeText or SqliteCodes.TypeBlob);

    public int Type => SqliteLibrary.ValueType(value);

    public long Integer => SqliteLibrary.ValueInteger(value);

    public double Real => SqliteLibrary.ValueReal(value);

    /// <summary>The value as text, a number in digits.</summary>
    public ReadOnlySpan<byte> Text
    {
        get
        {
            byte* text = SqliteLibrary.ValueText(value);
            return new ReadOnlySpan<byte>(text, text is null ? 0 : SqliteLibrary.ValueBytes(value));
        }
    }

    public ReadOnlySpan<byte> Blob
    {
        get
        {
            byte* blob = SqliteLibrary.ValueBlob(value);
            return new ReadOnlySpan<byte>(blob, blob is null ? 0 : SqliteLibrary.ValueBytes(value));
        }
    }
}
