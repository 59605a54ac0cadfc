using System.Runtime.InteropServices;
using System.Text.Unicode;
using Duramen.Core.Binary;

namespace Duramen.Sql.Sqlite;

/// <summary>A compiled statement; disposed before its database is.</summary>
internal sealed unsafe class SqliteStatement(SqliteDatabase database, nint handle) : IDisposable
{
    private nint _handle = handle;

    public int ColumnCount => SqliteLibrary.ColumnCount(_handle);

    public int ParameterCount => SqliteLibrary.ParameterCount(_handle);

    public string ColumnName(int column) => Marshal.PtrToStringUTF8((nint)SqliteLibrary.ColumnName(_handle, column)) ?? "";

    /// <summary>A column of the row; good until the next step.</summary>
    public SqliteValue Column(int column) => new(SqliteLibrary.ColumnValue(_handle, column));

    /// <summary>Goes on to the next row; false behind the last.</summary>
    public bool TryStep()
    {
        int code = SqliteLibrary.Step(_handle);
        return code switch
        {
            SqliteCodes.Row => true,
            SqliteCodes.Done => false,
            _ => throw database.Failed(code),
        };
    }

    /// <summary>Goes back to before the first row; what is bound stays.</summary>
    public void Reset() => SqliteLibrary.Reset(_handle);

    /// <summary>Gives a parameter, counted from 1, a number.</summary>
    public void Bind(int parameter, long value) => database.Check(SqliteLibrary.BindInteger(_handle, parameter, value));

    /// <summary>Gives a parameter bytes: text where they are UTF-8, else a blob, or NULL. Copied.</summary>
    public void Bind(int parameter, NullableBytes bytes)
    {
        if (bytes.IsNull)
        {
            database.Check(SqliteLibrary.BindNull(_handle, parameter));
            return;
        }

        ReadOnlySpan<byte> span = bytes.Length > 0 ? bytes.Span : "\0"u8;
        fixed (byte* first = span)
        {
            database.Check(Utf8.IsValid(bytes.Span)
                ? SqliteLibrary.BindText(_handle, parameter, first, (ulong)bytes.Length, SqliteCodes.Transient, SqliteCodes.Utf8)
                : SqliteLibrary.BindBlob(_handle, parameter, first, (ulong)bytes.Length, SqliteCodes.Transient));
        }
    }

    public void Dispose()
    {
        if (_handle != 0)
        {
            SqliteLibrary.FinalizeStatement(_handle);
            _handle = 0;
        }
    }
}
