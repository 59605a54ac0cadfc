using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.InteropServices;
using Duramen.Consensus.Contract;
using Duramen.Core.Random;
using Duramen.Simulation.Nodes;

namespace Duramen.Simulation.Exploration;

/// <summary>
/// Everything that decides what a node does next, in one number: all fields of its replica, of what they refer to and so on, its disk, and what its host holds
/// back. So no protocol has to say what its state is, and none can forget a part of it.
/// </summary>
internal sealed class Fingerprint
{
    private static readonly MethodInfo AddMethod = typeof(Fingerprint).GetMethod(nameof(Add), BindingFlags.Instance | BindingFlags.NonPublic)!;
    private static readonly MethodInfo AddAllMethod = typeof(Fingerprint).GetMethod(nameof(AddAll), BindingFlags.Static | BindingFlags.NonPublic)!;
    private static readonly Dictionary<Type, Action<Fingerprint, object>> Visits = [];

    private readonly Dictionary<object, int> _met = new(ReferenceEqualityComparer.Instance);
    private ulong _digest = 1;

    public static ulong Of(SimulatedNode node)
    {
        var fingerprint = new Fingerprint();
        fingerprint.Add(node.Replica);
        fingerprint.Add(node.StateDigest);
        fingerprint.Add(DiskFingerprint.Of(node.Disk));
        foreach ((PersistId after, ReplicaId to, byte[] bytes, int lengthBytes) in node.Held)
        {
            fingerprint.Add((after, to, Digest.Of(bytes.AsSpan(0, lengthBytes))));
        }

        foreach (PendingRequest request in node.Placed)
        {
            fingerprint.Add(request);
        }

        return fingerprint._digest;
    }

    private void Mix(ulong value) => _digest = Digest.Mix(_digest, value);

    private void Add<T>(T value) => Visitor<T>.Visit(this, value);

    // What occurs twice counts as one and the same the second time, so that the walk ends.
    private void AddObject(object? value)
    {
        switch (value)
        {
            case null or ReplicaOutbox or IEntryReader or Prng or Delegate:
                // The outbox is empty between steps, the reader is the disk, and the explorer rewinds chance before each step.
                Mix(0);
                return;
            case string text:
                Mix(Digest.Of(MemoryMarshal.AsBytes(text.AsSpan())));
                return;
            case byte[] bytes:
                Mix(Digest.Of(bytes));
                return;
            default:
                break;
        }

        if (!_met.TryAdd(value, _met.Count))
        {
            Mix((ulong)_met[value]);
            return;
        }

        if (!Visits.TryGetValue(value.GetType(), out Action<Fingerprint, object>? visit))
        {
            visit = VisitOf(value.GetType());
            Visits.Add(value.GetType(), visit);
        }

        visit(this, value);
    }

    private static void AddAll<T>(Fingerprint fingerprint, object items)
    {
        int count = 0;
        foreach (T item in (IEnumerable<T>)items)
        {
            fingerprint.Add(item);
            count++;
        }

        fingerprint.Mix((ulong)count);
    }

    private static Action<Fingerprint, object> VisitOf(Type type)
    {
        Type? items = Array.Find(type.GetInterfaces(), face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IEnumerable<>));
        if (items is not null)
        {
            return AddAllMethod.MakeGenericMethod(items.GetGenericArguments()[0]).CreateDelegate<Action<Fingerprint, object>>();
        }

        ParameterExpression fingerprint = Expression.Parameter(typeof(Fingerprint));
        ParameterExpression value = Expression.Parameter(typeof(object));
        return Expression.Lambda<Action<Fingerprint, object>>(AddFields(fingerprint, Expression.Convert(value, type), type), fingerprint, value).Compile();
    }

    private static BlockExpression AddFields(Expression fingerprint, Expression value, Type type)
    {
        var calls = new List<Expression> { Expression.Empty() };
        for (Type? declaring = type; declaring is not null; declaring = declaring.BaseType)
        {
            foreach (FieldInfo field in declaring.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                MemberExpression content = Expression.Field(value, field);
                calls.Add(Expression.Call(fingerprint, AddMethod.MakeGenericMethod(field.FieldType), LengthOf(type, field) is FieldInfo length
                    ? Expression.Call(typeof(Fingerprint), nameof(Prefix), null, content, Expression.Field(value, length))
                    : content));
            }
        }

        return Expression.Block(calls);
    }

    // A pooled buffer has its length beside it; what is behind that is anybody's.
    private static FieldInfo? LengthOf(Type type, FieldInfo field) => field.FieldType != typeof(byte[])
        ? null
        : Array.Find(
            type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic),
            other => other.FieldType == typeof(int) && other.Name.Contains("lengthBytes", StringComparison.OrdinalIgnoreCase));

    private static byte[]? Prefix(byte[]? buffer, int lengthBytes) => buffer?[..lengthBytes];

    private static class Visitor<T>
    {
        public static readonly Action<Fingerprint, T> Visit = Make();

        private static Action<Fingerprint, T> Make()
        {
            Type type = typeof(T);
            if (!type.IsValueType)
            {
                return static (fingerprint, value) => fingerprint.AddObject(value);
            }

            ParameterExpression fingerprint = Expression.Parameter(typeof(Fingerprint));
            ParameterExpression value = Expression.Parameter(type);
            Expression body = type == typeof(bool) ? Number(fingerprint, Expression.Condition(value, Expression.Constant(1UL), Expression.Constant(0UL)))
                : type.IsPrimitive || type.IsEnum ? Number(fingerprint, Expression.Convert(value, typeof(ulong)))
                : AddFields(fingerprint, value, type);
            return Expression.Lambda<Action<Fingerprint, T>>(body, fingerprint, value).Compile();
        }

        private static MethodCallExpression Number(Expression fingerprint, Expression number) =>
            Expression.Call(fingerprint, typeof(Fingerprint).GetMethod(nameof(Mix), BindingFlags.Instance | BindingFlags.NonPublic)!, number);
    }
}
