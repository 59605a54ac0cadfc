namespace Duramen.State.Store.Keys;

/// <summary>Keys that lie somewhere under numbers. Implemented by structures, so that a sort over them calls nothing through a table.</summary>
internal interface IKeys
{
    /// <summary>The key under a number.</summary>
    ReadOnlySpan<byte> KeyAt(int number);
}
