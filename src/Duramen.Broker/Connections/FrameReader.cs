using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;

namespace Duramen.Broker.Connections;

/// <summary>
/// Takes requests off a connection, one at a time. Length and kind of a request are judged by its first eight bytes, before memory is reserved for it:
/// HTTP, TLS and random bytes are refused there. One owner, the connection's reading side.
/// </summary>
internal sealed class FrameReader(PipeReader input, IRequestServer server, ConnectionLimits limits, RequestBudget budget, ConnectionActivity activity)
{
    /// <summary>Whether some of the next request was there already when the last one was taken.</summary>
    public bool HasMore { get; private set; }

    /// <summary>
    /// The next request; null when the client closed the connection between two of them or <see cref="PipeReader.CancelPendingRead"/> was called.
    /// </summary>
    /// <exception cref="ConnectionEndedException">What is there is no request that can be served.</exception>
    public async ValueTask<RequestFrame?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult result = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
            ReadOnlySequence<byte> buffer = result.Buffer;
            if (result.IsCanceled)
            {
                input.AdvanceTo(buffer.Start, buffer.Start);
                return null;
            }

            if (!buffer.IsEmpty)
            {
                activity.FrameBegan();
            }

            int lengthBytes = Judge(buffer);
            bool isWhole = lengthBytes > 0 && buffer.Length >= FrameLayout.LengthSizeBytes + lengthBytes;
            if (isWhole || (lengthBytes > 0 && buffer.Length >= FrameLayout.CopyOnceMaxBytes))
            {
                return isWhole
                    ? await TakeAsync(buffer, lengthBytes, cancellationToken).ConfigureAwait(false)
                    : await TakeAsItArrivesAsync(buffer, lengthBytes, cancellationToken).ConfigureAwait(false);
            }

            input.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
            {
                return buffer.IsEmpty ? null : throw CutShort();
            }
        }
    }

    private static ConnectionEndedException CutShort() => new(CloseReason.ClosedByClient, "The client closed the connection within a request.");

    /// <summary>The length of the request that begins here; 0 while too little of it is there to say.</summary>
    private int Judge(in ReadOnlySequence<byte> buffer)
    {
        if (buffer.Length < FrameLayout.LengthSizeBytes)
        {
            return 0;
        }

        Span<byte> head = stackalloc byte[FrameLayout.HeadSizeBytes];
        int present = (int)Math.Min(buffer.Length, head.Length);
        buffer.Slice(0, present).CopyTo(head);
        int lengthBytes = BinaryPrimitives.ReadInt32BigEndian(head);
        if (lengthBytes < FrameLayout.MinRequestBytes || lengthBytes > limits.MaxFrameBytes)
        {
            throw NotARequest(head, lengthBytes);
        }

        if (present < head.Length)
        {
            return 0;
        }

        short apiKey = BinaryPrimitives.ReadInt16BigEndian(head[FrameLayout.LengthSizeBytes..]);
        short apiVersion = BinaryPrimitives.ReadInt16BigEndian(head[(FrameLayout.LengthSizeBytes + 2)..]);
        int maxBytes = server.MaxFrameBytes(apiKey, apiVersion);
        return lengthBytes <= maxBytes
            ? lengthBytes
            : throw new ConnectionEndedException(
                CloseReason.FrameTooLarge, $"A request of {lengthBytes} bytes with API key {apiKey}; such requests have {maxBytes} bytes at most.");
    }

    private ConnectionEndedException NotARequest(ReadOnlySpan<byte> head, int lengthBytes)
    {
        string guess = head switch
        {
            [(byte)'G', (byte)'E', (byte)'T', ..] or [(byte)'P', (byte)'O', ..] or [(byte)'H', (byte)'E', ..] => " This looks like HTTP.",
            [0x15 or 0x16, 0x03, ..] => " This looks like TLS, which this listener does not speak.",
            [(byte)'S', (byte)'S', (byte)'H', ..] => " This looks like SSH.",
            _ => "",
        };
        return new ConnectionEndedException(
            CloseReason.NotKafka, $"The length of a request is {lengthBytes}; it must be {FrameLayout.MinRequestBytes} to {limits.MaxFrameBytes}.{guess}");
    }

    /// <summary>Takes a request that is not whole: those share a part of the memory, so that clients which are slow leave the rest to others.</summary>
    private async ValueTask<RequestFrame> TakeAsItArrivesAsync(ReadOnlySequence<byte> buffer, int lengthBytes, CancellationToken cancellationToken)
    {
        await AcquireAsync(budget.Arriving, lengthBytes, cancellationToken).ConfigureAwait(false);
        try
        {
            return await TakeAsync(buffer, lengthBytes, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            budget.Arriving.Release(lengthBytes);
        }
    }

    private ValueTask AcquireAsync(ByteBudget from, int lengthBytes, CancellationToken cancellationToken)
    {
        ValueTask acquiring = from.AcquireAsync(lengthBytes, cancellationToken);
        return acquiring.IsCompletedSuccessfully ? acquiring : WaitAsync(acquiring);

        async ValueTask WaitAsync(ValueTask waited)
        {
            // The wait is the broker's doing, not the client's.
            activity.RequestsRan();
            await waited.ConfigureAwait(false);
            activity.FrameBegan();
        }
    }

    /// <summary>Copies what is there into memory of the request's own, and the rest as it arrives.</summary>
    private async ValueTask<RequestFrame> TakeAsync(ReadOnlySequence<byte> buffer, int lengthBytes, CancellationToken cancellationToken)
    {
        await AcquireAsync(budget.All, lengthBytes, cancellationToken).ConfigureAwait(false);

        byte[] rented = [];
        try
        {
            int taken = 0;
            buffer = buffer.Slice(FrameLayout.LengthSizeBytes);
            while (true)
            {
                int count = (int)Math.Min(buffer.Length, lengthBytes - taken);
                rented = EnsureRoom(rented, taken, taken + count, lengthBytes);
                ReadOnlySequence<byte> part = buffer.Slice(0, count);
                part.CopyTo(rented.AsSpan(taken));
                taken += count;
                input.AdvanceTo(part.End);
                if (taken == lengthBytes)
                {
                    HasMore = buffer.Length > count;
                    return new RequestFrame(rented, lengthBytes, budget.All);
                }

                ReadResult result = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
                buffer = result.Buffer;
                if (buffer.IsEmpty && (result.IsCompleted || result.IsCanceled))
                {
                    input.AdvanceTo(buffer.Start);
                    throw result.IsCanceled ? new ConnectionEndedException(CloseReason.Draining, "The broker stops.") : CutShort();
                }
            }
        }
        catch
        {
            if (rented.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }

            budget.All.Release(lengthBytes);
            throw;
        }
    }

    // Memory follows the bytes that have arrived, at most twice as much.
    private static byte[] EnsureRoom(byte[] rented, int used, int needed, int lengthBytes)
    {
        if (needed <= rented.Length)
        {
            return rented;
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(lengthBytes, needed == lengthBytes ? needed : 2L * needed));
        rented.AsSpan(0, used).CopyTo(larger);
        if (rented.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return larger;
    }
}
