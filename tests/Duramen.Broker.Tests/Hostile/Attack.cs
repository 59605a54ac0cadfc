using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Duramen.Broker.Tests.Connections;
using Duramen.Kafka;

namespace Duramen.Broker.Tests.Hostile;

/// <summary>What attacks are made of, and how long they last.</summary>
internal static class Attack
{
    private static readonly TimeSpan Duration =
        int.TryParse(Environment.GetEnvironmentVariable("DURAMEN_FUZZ_SECONDS"), CultureInfo.InvariantCulture, out int seconds) ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero;

    /// <summary>Numbers from 0: so many of them, or as many as fit the seconds of <c>DURAMEN_FUZZ_SECONDS</c>.</summary>
    public static IEnumerable<int> Cases(int count)
    {
        long start = Stopwatch.GetTimestamp();
        for (int index = 0; index < count || Stopwatch.GetElapsedTime(start) < Duration; index++)
        {
            yield return index;
        }
    }

    /// <summary>A request with its size and header.</summary>
    public static byte[] Frame(short apiKey, short version, ReadOnlySpan<byte> body, int correlation = 1, string clientId = "hostile")
    {
        bool isFlexible = KafkaApis.Find(apiKey) is KafkaApi api && api.IsFlexible(version);
        byte[] name = Encoding.UTF8.GetBytes(clientId);
        byte[] frame = new byte[4 + 10 + name.Length + (isFlexible ? 1 : 0) + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length - 4);
        BinaryPrimitives.WriteInt16BigEndian(frame.AsSpan(4), apiKey);
        BinaryPrimitives.WriteInt16BigEndian(frame.AsSpan(6), version);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(8), correlation);
        BinaryPrimitives.WriteInt16BigEndian(frame.AsSpan(12), (short)name.Length);
        name.CopyTo(frame.AsSpan(14));
        body.CopyTo(frame.AsSpan(frame.Length - body.Length));
        return frame;
    }

    /// <summary>Sends frames, says that nothing more comes, and reads until the broker closes.</summary>
    /// <returns>How many frames it answered.</returns>
    public static async Task<int> SendAsync(HostileBroker target, params byte[][] frames)
    {
        using TestClient client = await target.ConnectAsync();
        try
        {
            await client.SendAsync(frames);
            client.EndSending();
        }
        catch (SocketException)
        {
            // It closed before everything was sent.
        }

        int answers = 0;
        while (await client.ReceiveAsync() is not null)
        {
            answers++;
        }

        return answers;
    }
}
