using System.Text.Unicode;
using Duramen.Core.Binary;

namespace Duramen.Sql.Sqlite;

/// <summary>Where the value of a column goes. What is given is copied.</summary>
internal readonly unsafe struct SqliteResult(nint context)
{
    public void Null() => SqliteLibrary.ResultNull(context);

    public void Integer(long value) => SqliteLibrary.ResultInteger(context, value);

    /// <summary>Bytes as text where they are UTF-8, else as a blob; null as null.</summary>
    public void Bytes(NullableBytes bytes)
    {
        if (bytes.IsNull)
        {
            SqliteLibrary.ResultNull(context);
            return;
        }

        // The pointer of no bytes is null, and SQLite would take that for NULL.
        ReadOnlySpan<byte> span = bytes.Length > 0 ? bytes.Span : "\0"u8;
        fixed (byte* first = span)
        {
            if (Utf8.IsValid(bytes.Span))
            {
                SqliteLibrary.ResultText(context, first, (ulong)bytes.Length, SqliteCodes.Transient, SqliteCodes.Utf8);
            }
            else
            {
                SqliteLibrary.ResultBlob(context, first, (ulong)bytes.Length, SqliteCodes.Transient);
            }
        }
    }
}
