using System.Runtime.InteropServices;

namespace Duramen.Sql.Sqlite;

/// <summary>The functions of a kind of virtual table, as SQLite lays them out (https://sqlite.org/c3ref/module.html), version 1. What is null is not offered.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SqliteModule
{
    public int Version;
    public nint Create;
    public delegate* unmanaged[Cdecl]<nint, nint, int, byte**, SqliteTable**, byte**, int> Connect;
    public delegate* unmanaged[Cdecl]<SqliteTable*, SqliteIndexInfo*, int> BestIndex;
    public delegate* unmanaged[Cdecl]<SqliteTable*, int> Disconnect;
    public delegate* unmanaged[Cdecl]<SqliteTable*, int> Destroy;
    public delegate* unmanaged[Cdecl]<SqliteTable*, SqliteCursor**, int> Open;
    public delegate* unmanaged[Cdecl]<SqliteCursor*, int> Close;
    public delegate* unmanaged[Cdecl]<SqliteCursor*, int, byte*, int, nint*, int> Filter;
    public delegate* unmanaged[Cdecl]<SqliteCursor*, int> Next;
    public delegate* unmanaged[Cdecl]<SqliteCursor*, int> Eof;
    public delegate* unmanaged[Cdecl]<SqliteCursor*, nint, int, int> Column;
    public delegate* unmanaged[Cdecl]<SqliteCursor*, long*, int> RowId;
    public nint Update;
    public nint Begin;
    public nint Sync;
    public nint Commit;
    public nint Rollback;
    public nint FindFunction;
    public nint Rename;
}

/// <summary>A table: the fields that SQLite owns, then the handle of the object behind it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SqliteTable
{
    public nint Module;
    public int References;
    public nint ErrorMessage;
    public nint Handle;
}

/// <summary>A cursor: the field that SQLite owns, then the handle of the object behind it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SqliteCursor
{
    public nint Table;
    public nint Handle;
}

/// <summary>What SQLite asks a table about a plan, and what it is told (https://sqlite.org/c3ref/index_info.html).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SqliteIndexInfo
{
    private readonly int _constraintCount;
    private readonly Constraint* _constraints;
    private readonly int _orderCount;
    private readonly OrderTerm* _order;
    private readonly ConstraintUsage* _usages;

    /// <summary>What the table wants to be told when it is read by this plan.</summary>
    public int Plan;
    private readonly nint _planText;
    private readonly int _isPlanTextFreed;

    /// <summary>Not 0 when the rows come in the order that is asked for.</summary>
    public int IsOrdered;
    public double Cost;
    public long Rows;
    public int Flags;

    public readonly ReadOnlySpan<Constraint> Constraints => new(_constraints, _constraintCount);

    public readonly ReadOnlySpan<OrderTerm> Order => new(_order, _orderCount);

    /// <summary>One for each constraint.</summary>
    public readonly Span<ConstraintUsage> Usages => new(_usages, _constraintCount);

    /// <summary>A comparison of a column with a value.</summary>
    public struct Constraint
    {
        public int Column;
        public byte Operator;
        public byte IsUsable;
        public int Term;
    }

    public struct OrderTerm
    {
        public int Column;
        public byte IsDescending;
    }

    /// <summary>The place, from 1, that the value gets among the arguments of the reading; 0 when it is not wanted.</summary>
    public struct ConstraintUsage
    {
        public int Argument;
        public byte IsNotChecked;
    }
}
