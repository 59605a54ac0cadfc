using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Duramen.Sql.Sqlite;

/// <summary>
/// What SQLite calls to read an <see cref="IVirtualTable"/>. No exception may pass into SQLite: it is kept by the database, and thrown by whoever stepped the statement.
/// </summary>
internal static unsafe class VirtualTables
{
    // For the whole process: SQLite keeps the pointer.
    private static readonly SqliteModule* Module = MakeModule();

    /// <summary>Makes a table known by a name, of which SQLite does not see the case. It needs no CREATE: whatever names it finds it.</summary>
    public static void Add(SqliteDatabase database, string name, IVirtualTable table)
    {
        byte[] text = Encoding.UTF8.GetBytes(name + '\0');
        var context = GCHandle.Alloc(new Registration(database, table));
        fixed (byte* first = text)
        {
            database.Check(SqliteLibrary.CreateModule(database.Handle, first, Module, GCHandle.ToIntPtr(context), &Forget));
        }
    }

    private static SqliteModule* MakeModule()
    {
        var module = (SqliteModule*)NativeMemory.AllocZeroed((nuint)sizeof(SqliteModule));
        module->Version = 1;
        module->Connect = &Connect;
        module->BestIndex = &BestIndex;
        module->Disconnect = &Disconnect;
        module->Destroy = &Disconnect;
        module->Open = &Open;
        module->Close = &Close;
        module->Filter = &Filter;
        module->Next = &Next;
        module->Eof = &Eof;
        module->Column = &Column;
        module->RowId = &RowId;
        return module;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Forget(nint registration) => GCHandle.FromIntPtr(registration).Free();

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Connect(nint database, nint registration, int argumentCount, byte** arguments, SqliteTable** table, byte** error)
    {
        var registered = (Registration)GCHandle.FromIntPtr(registration).Target!;
        fixed (byte* declaration = Encoding.UTF8.GetBytes(registered.Table.Declaration + '\0'))
        {
            int code = SqliteLibrary.DeclareTable(database, declaration);
            if (code != SqliteCodes.Ok)
            {
                return code;
            }
        }

        *table = (SqliteTable*)NativeMemory.AllocZeroed((nuint)sizeof(SqliteTable));
        (*table)->Handle = GCHandle.ToIntPtr(GCHandle.Alloc(registered));
        return SqliteCodes.Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Disconnect(SqliteTable* table)
    {
        GCHandle.FromIntPtr(table->Handle).Free();
        NativeMemory.Free(table);
        return SqliteCodes.Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int BestIndex(SqliteTable* table, SqliteIndexInfo* info)
    {
        Registration registered = Of(table);
        try
        {
            return registered.Table.TryPlan(ref *info) ? SqliteCodes.Ok : SqliteCodes.Constraint;
        }
        catch (Exception failure)
        {
            return registered.Database.Fail(failure);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Open(SqliteTable* table, SqliteCursor** cursor)
    {
        Registration registered = Of(table);
        try
        {
            nint handle = GCHandle.ToIntPtr(GCHandle.Alloc(registered.Table.Open()));
            *cursor = (SqliteCursor*)NativeMemory.AllocZeroed((nuint)sizeof(SqliteCursor));
            (*cursor)->Handle = handle;
            return SqliteCodes.Ok;
        }
        catch (Exception failure)
        {
            return registered.Database.Fail(failure);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Close(SqliteCursor* cursor)
    {
        var handle = GCHandle.FromIntPtr(cursor->Handle);
        ((IVirtualCursor)handle.Target!).Dispose();
        handle.Free();
        NativeMemory.Free(cursor);
        return SqliteCodes.Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Filter(SqliteCursor* cursor, int plan, byte* planText, int argumentCount, nint* arguments)
    {
        try
        {
            // A value is nothing but its pointer, so that SQLite's array of pointers is one of values.
            Of(cursor).Begin(plan, new ReadOnlySpan<SqliteValue>(arguments, argumentCount));
            return SqliteCodes.Ok;
        }
        catch (Exception failure)
        {
            return Of((SqliteTable*)cursor->Table).Database.Fail(failure);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Next(SqliteCursor* cursor)
    {
        try
        {
            Of(cursor).MoveNext();
            return SqliteCodes.Ok;
        }
        catch (Exception failure)
        {
            return Of((SqliteTable*)cursor->Table).Database.Fail(failure);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Eof(SqliteCursor* cursor) => Of(cursor).IsAtEnd ? 1 : 0;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Column(SqliteCursor* cursor, nint context, int column)
    {
        try
        {
            Of(cursor).Write(column, new SqliteResult(context));
            return SqliteCodes.Ok;
        }
        catch (Exception failure)
        {
            return Of((SqliteTable*)cursor->Table).Database.Fail(failure);
        }
    }

    /// <summary>Never asked: the tables have a key of their own and no row ids (WITHOUT ROWID).</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int RowId(SqliteCursor* cursor, long* rowId) => SqliteCodes.Error;

    private static Registration Of(SqliteTable* table) => (Registration)GCHandle.FromIntPtr(table->Handle).Target!;

    private static IVirtualCursor Of(SqliteCursor* cursor) => (IVirtualCursor)GCHandle.FromIntPtr(cursor->Handle).Target!;

    private sealed record Registration(SqliteDatabase Database, IVirtualTable Table);
}
