using Duramen.Core.Errors;
using Duramen.Disk;
using Duramen.Log;
using Duramen.State.Entities;
using Duramen.State.Store;
using Duramen.State.Tables;

namespace Duramen.Http;

/// <summary>Errors as they are answered: a status, and an object with code, message and remedy.</summary>
internal static class ErrorAnswers
{
    private const int Unavailable = 503;

    private static readonly Dictionary<ErrorCode, int> Statuses = new()
    {
        [HttpErrors.RequestInvalid] = 400,
        [HttpErrors.PathUnknown] = 404,
        [HttpErrors.KeyUnknown] = 404,
        [HttpErrors.MethodNotAllowed] = 405,
        [HttpErrors.BodyTooLarge] = 413,
        [HttpErrors.BodyTypeUnknown] = 415,
        [HttpErrors.AnswerFailed] = 500,
        [NodeErrors.TopicUnknown] = 404,
        [NodeErrors.PartitionUnknown] = 422,
        [NodeErrors.AppendTooLarge] = 413,
        [EntityErrors.Conflict] = 409,
        [EntityErrors.Invalid] = 422,
        [EntityErrors.OutcomeUnknown] = Unavailable,
        [EntityErrors.Closed] = Unavailable,
        [LogErrors.NotSupported] = 422,
        [TableErrors.AmbiguousKey] = 409,
        [StoreErrors.BelowHorizon] = 410,
        [StoreErrors.BeyondPosition] = 422,
        [TableErrors.InvalidMoment] = 422,

        // What a server cannot do now and may be able to do soon, or after somebody has looked after it.
        [NodeErrors.StateBehind] = Unavailable,
        [NodeErrors.StateExhausted] = Unavailable,
        [NodeErrors.Stopped] = Unavailable,
        [TableErrors.Stopped] = Unavailable,
        [TableErrors.Closed] = Unavailable,
        [StoreErrors.Damaged] = Unavailable,
        [StoreErrors.Failed] = Unavailable,
        [StoreErrors.Full] = Unavailable,
        [StoreErrors.Closed] = Unavailable,
        [LogErrors.Closed] = Unavailable,
        [LogErrors.Failed] = Unavailable,
        [LogErrors.Full] = Unavailable,
        [LogErrors.Unavailable] = Unavailable,
    };

    /// <summary>
    /// Whether an error is one that callers are told of as it is; any other is a bug, or a failure underneath. A disk that is full or takes nothing is neither: it says what
    /// to do, and answers are there again when that is done.
    /// </summary>
    public static bool IsPlanned(DuramenException error) => Statuses.ContainsKey(error.Code) || error is DiskException;

    /// <summary>Answers with an error.</summary>
    public static async Task AnswerAsync(HttpCall call, DuramenException error)
    {
        int status = Statuses.GetValueOrDefault(error.Code, Unavailable);
        if (status == Unavailable)
        {
            call.Headers.RetryAfter = "1";
        }

        using var answer = new JsonAnswer(call) { Status = status };
        string message = error.Remedy.Length > 0 && error.Message.EndsWith(error.Remedy, StringComparison.Ordinal) ? error.Message[..^error.Remedy.Length].TrimEnd() : error.Message;
        answer.Writer.WriteStartObject();
        answer.Writer.WriteStartObject("error"u8);
        answer.Writer.WriteString("code"u8, error.Code.Name);
        answer.Writer.WriteString("message"u8, message);
        answer.Writer.WriteString("remedy"u8, error.Remedy);
        if (error is EntityException { ActualVersion: { } actual })
        {
            answer.Writer.WriteNumber("actualVersion"u8, actual.Value);
        }

        answer.Writer.WriteEndObject();
        answer.Writer.WriteEndObject();
        await answer.EndAsync(call.Aborted).ConfigureAwait(false);
    }
}
