using System.Buffers.Binary;
using Duramen.Broker.Connections;
using Duramen.Kafka.Wire;

namespace Duramen.Broker.Tests.Connections;

/// <summary>
/// Answers each request with its own bytes, when the test says so or at once. The API key chooses: 0 may overlap and waits, 1 waits, 2 answers at
/// once, 3 has no response, 4 fails, 5 is closed on, 6 is answered with a large response.
/// </summary>
internal sealed class ScriptedServer : IRequestServer
{
    public const short Overlapping = 0;
    public const short Exclusive = 1;
    public const short Echo = 2;
    public const short Silent = 3;
    public const short Failing = 4;
    public const short Closing = 5;
    public const short Large = 6;
    public const int LargeResponseBytes = 8 << 20;
    public const int MaxEchoBytes = 16 << 20;

    private readonly Lock _gate = new();
    private readonly List<(int Correlation, TaskCompletionSource Answer)> _waiting = [];
    private TaskCompletionSource _changed = New();

    public CancellationToken LastGone { get; private set; }

    public int MaxFrameBytes(short apiKey, short apiVersion) =>
        apiKey is >= 0 and <= Large ? MaxEchoBytes : throw new ConnectionEndedException(CloseReason.UnsupportedRequest, "no such API");

    public bool MayOverlap(short apiKey) => apiKey == Overlapping;

    public ValueTask<ResponseFrame?> StartAsync(RequestFrame frame, ClientConnection connection)
    {
        LastGone = connection.Gone;
        switch (BinaryPrimitives.ReadInt16BigEndian(frame.Bytes.Span))
        {
            case Overlapping or Exclusive:
                TaskCompletionSource answer = New();
                lock (_gate)
                {
                    _waiting.Add((BinaryPrimitives.ReadInt32BigEndian(frame.Bytes.Span[4..]), answer));
                    _changed.TrySetResult();
                    _changed = New();
                }

                return AnswerAsync(frame, answer.Task);
            case Silent:
                return new((ResponseFrame?)null);
            case Failing:
                throw new InvalidOperationException("scripted");
            case Closing:
                throw new ConnectionEndedException(CloseReason.MalformedRequest, "scripted");
            case Large:
                var large = new ResponseFrame();
                FrameStart start = large.Writer.BeginFrame();
                large.Writer.WriteNullableRecords(new byte[LargeResponseBytes], "large");
                large.Writer.EndFrame(start);
                return new(large);
            default:
                return new(Copy(frame));
        }
    }

    /// <summary>Waits until requests with these correlation ids, and no others, wait for an answer.</summary>
    public async Task WaitUntilStartedAsync(params int[] correlations)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_waiting.Select(waiting => waiting.Correlation).SequenceEqual(correlations))
                {
                    return;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(TimeSpan.FromSeconds(60));
        }
    }

    public void Answer(int correlation)
    {
        lock (_gate)
        {
            int index = _waiting.FindIndex(waiting => waiting.Correlation == correlation);
            _waiting[index].Answer.SetResult();
            _waiting.RemoveAt(index);
        }
    }

    private static async ValueTask<ResponseFrame?> AnswerAsync(RequestFrame frame, Task answer)
    {
        await answer;
        return Copy(frame);
    }

    private static ResponseFrame Copy(RequestFrame frame)
    {
        var response = new ResponseFrame();
        FrameStart start = response.Writer.BeginFrame();
        foreach (byte value in frame.Bytes.Span)
        {
            response.Writer.WriteInt8((sbyte)value);
        }

        response.Writer.EndFrame(start);
        return response;
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
