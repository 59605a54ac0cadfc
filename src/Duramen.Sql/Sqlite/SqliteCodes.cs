namespace Duramen.Sql.Sqlite;

/// <summary>The numbers of SQLite's C interface that are used here.</summary>
internal static class SqliteCodes
{
    public const int Ok = 0;
    public const int Error = 1;
    public const int NoMemory = 7;
    public const int Interrupted = 9;
    public const int TooBig = 18;
    public const int Constraint = 19;
    public const int NotAuthorized = 23;
    public const int Row = 100;
    public const int Done = 101;

    public const int OpenReadWrite = 0x2;
    public const int OpenMemory = 0x80;
    public const int OpenNoMutex = 0x8000;

    public const int LimitLength = 0;
    public const int LimitSqlLength = 1;
    public const int LimitColumns = 2;
    public const int LimitAttached = 7;

    public const int AuthorizeDeny = 1;
    public const int ActionPragma = 19;
    public const int ActionRead = 20;
    public const int ActionSelect = 21;
    public const int ActionAttach = 24;
    public const int ActionFunction = 31;
    public const int ActionRecursive = 33;

    public const byte Equal = 2;
    public const byte Greater = 4;
    public const byte LessOrEqual = 8;
    public const byte Less = 16;
    public const byte GreaterOrEqual = 32;

    public const int UniqueScan = 1;

    public const int TypeInteger = 1;
    public const int TypeReal = 2;
    public const int TypeText = 3;
    public const int TypeBlob = 4;

    public const byte Utf8 = 1;

    /// <summary>Has SQLite copy the bytes before the call returns.</summary>
    public const nint Transient = -1;
}
