#[path = "../../tests/src/conformance.rs"]
#[allow(dead_code)]
mod conformance;
use gomlx_jit::JitBackend;
use gomlx_ir::{Backend, Listing};
#[test]
fn jit_conformance() {
    let Some(directory) = conformance::directory() else { return };
    let only = std::env::var("GOMLX_CASE").ok();
    let t = std::time::Instant::now();
    let cases = conformance::cases(&directory);
    println!("{} parsed in {:?}", cases.len(), t.elapsed());
    let next = std::sync::atomic::AtomicUsize::new(0);
    let wrong = std::sync::Mutex::new(vec![]);
    std::thread::scope(|s| { for _ in 0..2 { s.spawn(|| loop {
        let i = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let Some(case) = cases.get(i) else { return };
        if only.as_ref().is_some_and(|o| !case.name.contains(o.as_str())) { continue }
        let r = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| case.check(&JitBackend)));
        match r {
            Ok(Ok(None)) => {}
            Ok(Ok(Some(d))) => wrong.lock().unwrap().push(format!("{}: {d}", case.name)),
            Ok(Err(e)) => wrong.lock().unwrap().push(format!("{}: {e}", case.name)),
            Err(p) => wrong.lock().unwrap().push(format!("{}: PANIC {}", case.name, p.downcast_ref::<String>().cloned().unwrap_or_default())),
        }
        if let Ok(x) = JitBackend.compile(case.module()) { let l = x.listing(Listing::Kernels).unwrap();
            for line in l.lines().filter(|l| l.contains("reference")) { println!("REF {} {}", case.name, line.trim()); } }
    }); } });
    let wrong = wrong.into_inner().unwrap();
    println!("{:?} in all", t.elapsed());
    assert!(wrong.is_empty(), "{} of {} are wrong\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}
