namespace Duramen.Broker.Connections;

/// <summary>
/// The bytes of records that a broker may hold for clients that have not taken them yet. Nobody waits: the more is held, the less a fetch may read, down to
/// one batch, so that clients which do not read keep nobody else from reading. Safe to call from any thread.
/// </summary>
/// <param name="capacityBytes">The bytes there are.</param>
internal sealed class AnswerBudget(long capacityBytes)
{
    // So much of what is left that eight clients which never read leave others a third, and few enough that one client is served at full speed.
    private const int Share = 8;

    private long _heldBytes;

    public long HeldBytes => Interlocked.Read(ref _heldBytes);

    /// <summary>Whether so little is left that clients which take nothing are not waited for any longer.</summary>
    public bool IsShort => HeldBytes > capacityBytes / 2;

    /// <summary>
    /// How much a fetch may read now that wants to read so much. It is held until it is released, which is when what was read is held in its place: otherwise
    /// all that read at the same time would be given the same.
    /// </summary>
    public int Reserve(int wantedBytes)
    {
        while (true)
        {
            long held = HeldBytes;
            int granted = (int)Math.Min(wantedBytes, Math.Max(0, capacityBytes - held) / Share);
            if (Interlocked.CompareExchange(ref _heldBytes, held + granted, held) == held)
            {
                return granted;
            }
        }
    }

    public void Hold(int sizeBytes) => Interlocked.Add(ref _heldBytes, sizeBytes);

    public void Release(int sizeBytes) => Interlocked.Add(ref _heldBytes, -sizeBytes);
}
