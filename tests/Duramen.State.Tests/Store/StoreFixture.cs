using System.Globalization;
using System.Text;
using Duramen.Core.Ids;
using Duramen.State.Store;

namespace Duramen.State.Tests.Store;

/// <summary>Stores in text: what tests put in and read out.</summary>
internal static class StoreFixture
{
    public static void Put(this IVersionedStore store, string key, string? value, long offset) =>
        store.Put(Encoding.UTF8.GetBytes(key), value is null ? null : Encoding.UTF8.GetBytes(value), new Offset(offset), TimeOf(offset));

    /// <summary>Puts a version and advances behind it.</summary>
    public static void Fold(this IVersionedStore store, string key, string? value)
    {
        long offset = store.Position.Value;
        store.Put(key, value, offset);
        store.Advance(new Offset(offset + 1));
    }

    /// <summary>The time of the record at an offset.</summary>
    public static long TimeOf(long offset) => 1_700_000_000_000 + (offset * 10);

    public static string? Get(this IStoreSnapshot snapshot, string key, long asOf) =>
        snapshot.TryGet(Encoding.UTF8.GetBytes(key), new Offset(asOf), out VersionView version) ? Encoding.UTF8.GetString(version.Value) : null;

    public static string? Get(this IVersionedStore store, string key, long asOf)
    {
        using IStoreSnapshot snapshot = store.OpenSnapshot();
        return snapshot.Get(key, asOf);
    }

    public static string Scan(this IStoreSnapshot snapshot, KeyRange range, long asOf, ScanOrder order = ScanOrder.Ascending)
    {
        using IVersionCursor cursor = snapshot.Scan(range, new Offset(asOf), order);
        return Describe(cursor);
    }

    public static string Scan(this IVersionedStore store, long asOf)
    {
        using IStoreSnapshot snapshot = store.OpenSnapshot();
        return snapshot.Scan(KeyRange.All, asOf);
    }

    public static string History(this IStoreSnapshot snapshot, string key, long? from = null)
    {
        using IVersionCursor cursor = snapshot.History(Encoding.UTF8.GetBytes(key), from is long offset ? new Offset(offset) : null);
        return Describe(cursor);
    }

    public static string History(this IVersionedStore store, string key)
    {
        using IStoreSnapshot snapshot = store.OpenSnapshot();
        return snapshot.History(key);
    }

    public static string Diff(this IStoreSnapshot snapshot, long from, long to)
    {
        var text = new StringBuilder();
        using IDifferenceCursor cursor = snapshot.Diff(new Offset(from), new Offset(to));
        while (cursor.MoveNext())
        {
            DifferenceView current = cursor.Current;
            text.Append(CultureInfo.InvariantCulture, $"{current.Kind} {Encoding.UTF8.GetString(current.Key)} ")
                .Append(CultureInfo.InvariantCulture, $"{Describe(current.Before)}>{Describe(current.After)} ");
        }

        return text.ToString().TrimEnd();
    }

    public static string Diff(this IVersionedStore store, long from, long to)
    {
        using IStoreSnapshot snapshot = store.OpenSnapshot();
        return snapshot.Diff(from, to);
    }

    private static string Describe(IVersionCursor cursor)
    {
        var text = new StringBuilder();
        while (cursor.MoveNext())
        {
            text.Append(CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetString(cursor.Current.Key)}={Describe(cursor.Current)} ");
        }

        return text.ToString().TrimEnd();
    }

    private static string Describe(VersionView version)
    {
        if (version.Offset.Value > 0 || version.TimestampMs > 0)
        {
            Assert.Equal(TimeOf(version.Offset.Value), version.TimestampMs);
        }

        return version.Value.IsNull ? "-" : string.Create(CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetString(version.Value)}@{version.Offset}");
    }
}
