namespace Duramen.Sql.Sqlite;

/// <summary>
/// The memory that one query may take. SQLite counts what the whole process uses of it, so the limit is what was in use before the first of the open grants plus what they
/// add up to: queries that run side by side share it.
/// </summary>
internal sealed class MemoryGrant : IDisposable
{
    // A database that is empty and a statement that is compiled.
    private const long FixedBytes = 1 << 20;

    private static readonly Lock Gate = new();
    private static long _granted;
    private static long _before;
    private static long _limitBefore;
    private static int _grants;

    private readonly long _bytes;
    private bool _isReturned;

    public MemoryGrant(long bytes)
    {
        lock (Gate)
        {
            if (_grants == 0)
            {
                _before = SqliteLibrary.MemoryUsed();
                _limitBefore = SqliteLibrary.HardHeapLimit(-1);
            }

            _bytes = bytes;
            Change(1, bytes);
        }
    }

    public void Dispose()
    {
        lock (Gate)
        {
            if (!_isReturned)
            {
                _isReturned = true;
                Change(-1, -_bytes);
            }
        }
    }

    private static void Change(int grants, long bytes)
    {
        _grants += grants;
        _granted += bytes;
        SqliteLibrary.HardHeapLimit(_grants == 0 ? _limitBefore : _before + FixedBytes + _granted);
    }
}
