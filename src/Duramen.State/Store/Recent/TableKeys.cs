using Duramen.State.Store.Keys;

namespace Duramen.State.Store.Recent;

/// <summary>The keys of a table by their places.</summary>
internal readonly struct TableKeys(RecentTable table) : IKeys
{
    public ReadOnlySpan<byte> KeyAt(int number) => table.KeyAt(number);
}
