using System.Runtime.CompilerServices;
using Duramen.Core.Binary;
using Duramen.Core.Ids;
using Duramen.State.Store.Keys;

namespace Duramen.State.Store.Merging;

/// <summary>
/// A walk over versions in the order of a run: by key, and of one key the newest first. It stands on a version or behind the last; the arrays that it
/// shows are good until it moves. One owner, one thread.
/// </summary>
internal abstract class VersionSource : IDisposable
{
    // Set by the implementations, which know where a key and a value lie. Fields, since every version of a scan passes here.
#pragma warning disable CA1051
    protected byte[] KeyArray = [];
    protected int KeyStart;
    protected int KeyLength;
    protected byte[] ValueArray = [];
    protected int ValueStart;
    protected int ValueLength;
#pragma warning restore CA1051

    /// <summary>Whether it stands on a version.</summary>
    public bool IsOnVersion { get; protected set; }

    /// <summary>The first bytes of the key.</summary>
    public ulong Word { get; private set; }

    public long Offset { get; protected set; }

    public long TimestampMs { get; protected set; }

    public ReadOnlySpan<byte> Key => KeyArray.AsSpan(KeyStart, KeyLength);

    /// <summary>The value; null when the version is a removal.</summary>
    public NullableBytes Value => ValueLength < 0 ? NullableBytes.Null : ValueArray.AsSpan(ValueStart, ValueLength);

    public bool IsRemoval => ValueLength < 0;

    public VersionView View => new(Key, Value, new Offset(Offset), TimestampMs);

    /// <summary>Goes to the first version of the first key that is not before a key.</summary>
    public abstract void Seek(ReadOnlySpan<byte> key);

    /// <summary>Goes to the next version of the same key; when there is none, to the first of the next key and says false.</summary>
    public abstract bool MoveNextVersion();

    /// <summary>Goes to the first version of the next key.</summary>
    public virtual void MoveNextKey()
    {
        while (MoveNextVersion())
        {
        }
    }

    /// <summary>Goes on, among the versions of this key, to the newest as of an offset; false when there is none, and then it stands on the next key.</summary>
    public virtual bool MoveToAsOf(long asOf)
    {
        while (Offset >= asOf)
        {
            if (!MoveNextVersion())
            {
                return false;
            }
        }

        return true;
    }

    public abstract void Dispose();

    /// <summary>Implementations say this when the key is another one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected void KeyChanged() => Word = KeyWord.Of(Key);
}
