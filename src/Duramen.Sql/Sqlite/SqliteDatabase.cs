using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Duramen.Sql.Sqlite;

/// <summary>
/// A database in memory that has no tables of its own and allows nothing but reading: no change, no PRAGMA, no other database, no extension, no file. One owner, one
/// thread at a time.
/// </summary>
internal sealed unsafe class SqliteDatabase : IDisposable
{
    // So many steps of SQLite's machine are 20 µs or so: a query stops at once, and looking costs nothing beside them.
    private const int InstructionsBetweenLooks = 1_000;

    // No query that a person writes comes near; a row has at most so many values of the largest size.
    private const int ColumnsMax = 256;
    private const int SqlMaxBytes = 1 << 20;

    private readonly nint _handle;
    private readonly QueryWatch _watch;
    private readonly MemoryGrant _memory;
    private GCHandle _self;
    private ExceptionDispatchInfo? _failure;
    private SqlException? _refusal;

    /// <summary>Opens a database whose statements are stopped by a watch.</summary>
    /// <exception cref="SqlException"><see cref="SqlErrors.Unavailable"/>.</exception>
    public SqliteDatabase(QueryWatch watch)
    {
        _watch = watch;
        try
        {
            _memory = new MemoryGrant(watch.Budget.MemoryBytes);
        }
        catch (Exception missing) when (missing is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException)
        {
            throw SqlRefusals.Unavailable(missing);
        }

        try
        {
            fixed (byte* nowhere = ":memory:\0"u8)
            {
                Check(SqliteLibrary.Open(nowhere, out _handle, SqliteCodes.OpenReadWrite | SqliteCodes.OpenMemory | SqliteCodes.OpenNoMutex, 0));
            }

            // What is sorted stays in memory, where the budget sees it, and makes no files.
            Run("PRAGMA temp_store = MEMORY");
            _self = GCHandle.Alloc(this);
            Check(SqliteLibrary.SetAuthorizer(_handle, &Authorize, GCHandle.ToIntPtr(_self)));
            SqliteLibrary.SetProgressHandler(_handle, InstructionsBetweenLooks, &Look, GCHandle.ToIntPtr(_self));
            SqliteLibrary.Limit(_handle, SqliteCodes.LimitLength, (int)Math.Min(watch.Budget.MemoryBytes, int.MaxValue));
            SqliteLibrary.Limit(_handle, SqliteCodes.LimitSqlLength, SqlMaxBytes);
            SqliteLibrary.Limit(_handle, SqliteCodes.LimitColumns, ColumnsMax);
            SqliteLibrary.Limit(_handle, SqliteCodes.LimitAttached, 0);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public nint Handle => _handle;

    /// <summary>Compiles one statement. False when it names a table that does not exist, whose name is given.</summary>
    /// <param name="sql">The statement, alone.</param>
    /// <param name="statement">The statement.</param>
    /// <param name="missing">The table that there is not.</param>
    /// <param name="written">The part of it that the user wrote, where that is not all: what places in messages count from.</param>
    /// <exception cref="SqlException"><see cref="SqlErrors.Malformed"/>, <see cref="SqlErrors.Refused"/>.</exception>
    public bool TryPrepare(string sql, out SqliteStatement statement, out string missing, string? written = null)
    {
        const string NoTable = "no such table: ";
        byte[] text = Encoding.UTF8.GetBytes(sql);
        if (text.Length > SqlMaxBytes)
        {
            throw SqlRefusals.Malformed($"The statement has {text.Length} bytes, and {SqlMaxBytes} is the most", sql, -1);
        }

        if (text.Length == 0)
        {
            throw SqlRefusals.Malformed("There is no statement", sql, -1);
        }

        _refusal = null;
        missing = "";
        fixed (byte* first = text)
        {
            int code = SqliteLibrary.Prepare(_handle, first, text.Length, 0, out nint handle, out byte* tail);
            if (code == SqliteCodes.Ok)
            {
                statement = new SqliteStatement(this, handle);
                int rest = (int)(tail - first);
                bool isMore = !IsNothing(tail, text.Length - rest);
                if (handle != 0 && !isMore && (statement.ColumnCount > 0 || !IsGuarded))
                {
                    return true;
                }

                bool isEmpty = handle == 0;
                statement.Dispose();
                throw isEmpty ? SqlRefusals.Malformed("There is no statement", sql, -1)
                    : isMore ? SqlRefusals.Malformed("There is more than one statement", sql, rest, written)
                    : SqlRefusals.NotReading("a statement that gives no rows");
            }

            statement = default!;
            string message = Message;
            _failure?.Throw();
            if (_refusal is { } refusal)
            {
                throw refusal;
            }

            if (message.StartsWith(NoTable, StringComparison.Ordinal))
            {
                missing = message[NoTable.Length..];
                return false;
            }

            throw code is SqliteCodes.NoMemory or SqliteCodes.TooBig
                ? Failed(code)
                : SqlRefusals.Malformed(Capitalised(message), sql, SqliteLibrary.ErrorOffset(_handle), written);
        }
    }

    /// <summary>Throws what an unsuccessful code means.</summary>
    public void Check(int code)
    {
        if (code != SqliteCodes.Ok)
        {
            throw Failed(code);
        }
    }

    /// <summary>What an unsuccessful code means.</summary>
    public Exception Failed(int code)
    {
        _failure?.Throw();
        return code switch
        {
            SqliteCodes.Interrupted => _watch.Reason(),
            SqliteCodes.NoMemory or SqliteCodes.TooBig => SqlRefusals.OverMemory(_watch.Budget),
            SqliteCodes.NotAuthorized or SqliteCodes.Error when _refusal is { } refusal => refusal,
            _ => SqlRefusals.Failed(Capitalised(Message)),
        };
    }

    /// <summary>Keeps what went wrong while SQLite called back, for who called SQLite.</summary>
    public int Fail(Exception failure)
    {
        _failure ??= ExceptionDispatchInfo.Capture(failure);
        return SqliteCodes.Error;
    }

    public void Dispose()
    {
        if (_handle != 0)
        {
            SqliteLibrary.Close(_handle);
        }

        if (_self.IsAllocated)
        {
            _self.Free();
        }

        _memory.Dispose();
    }

    // The one statement before the authorizer is set is the database's own.
    private bool IsGuarded => _self.IsAllocated;

    private string Message => Marshal.PtrToStringUTF8((nint)SqliteLibrary.ErrorMessage(_handle)) ?? "";

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Look(nint self) => ((SqliteDatabase)GCHandle.FromIntPtr(self).Target!)._watch.IsOver ? 1 : 0;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Authorize(nint self, int action, byte* first, byte* second, byte* schema, byte* trigger)
    {
        var database = (SqliteDatabase)GCHandle.FromIntPtr(self).Target!;
        if (action == SqliteCodes.ActionRead && IsOwnSchema(Marshal.PtrToStringUTF8((nint)first)))
        {
            database._refusal ??= SqlRefusals.OwnSchema();
            return SqliteCodes.AuthorizeDeny;
        }

        if (action is SqliteCodes.ActionSelect or SqliteCodes.ActionRead or SqliteCodes.ActionRecursive)
        {
            return SqliteCodes.Ok;
        }

        string? name = Marshal.PtrToStringUTF8((nint)second);
        if (action == SqliteCodes.ActionFunction && !string.Equals(name, "load_extension", StringComparison.OrdinalIgnoreCase))
        {
            return SqliteCodes.Ok;
        }

        database._refusal ??= SqlRefusals.NotReading(action switch
        {
            SqliteCodes.ActionPragma => "PRAGMA",
            SqliteCodes.ActionAttach => "ATTACH",
            SqliteCodes.ActionFunction => name!,
            _ => "a statement that changes something",
        });
        return SqliteCodes.AuthorizeDeny;
    }

    // As the statement writes it, where it asks for no column of it.
    private static bool IsOwnSchema(string? table) => table?.ToUpperInvariant() is "SQLITE_MASTER" or "SQLITE_SCHEMA" or "SQLITE_TEMP_MASTER" or "SQLITE_TEMP_SCHEMA";

    // Whether there is nothing behind a statement but semicolons and comments, of which only SQLite knows where they end.
    private bool IsNothing(byte* rest, int size)
    {
        while (size > 0)
        {
            int code = SqliteLibrary.Prepare(_handle, rest, size, 0, out nint handle, out byte* tail);
            if (code != SqliteCodes.Ok || handle != 0 || tail == rest)
            {
                new SqliteStatement(this, handle).Dispose();
                return false;
            }

            size -= (int)(tail - rest);
            rest = tail;
        }

        return true;
    }

    private static string Capitalised(string message) => message.Length == 0 ? message : char.ToUpperInvariant(message[0]) + message[1..];

    private void Run(string sql)
    {
        TryPrepare(sql, out SqliteStatement statement, out _);
        using (statement)
        {
            statement.TryStep();
        }
    }
}
